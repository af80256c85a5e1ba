"""The page for what is not there, of a site whose address is not known.

A server shows it at any depth, so no relative link of it would be right, nor would its
styles be found. It stands by itself, and looks for the site's top among the folders above.
"""

PAGE = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<meta name="color-scheme" content="light dark">
<title>This page does not exist</title>
<style>
body { font: 1rem/1.5 system-ui, sans-serif; max-width: 40rem; margin: 10vh auto; padding: 0 1rem; }
</style>
</head>
<body>
<main>
<h1>This page does not exist</h1>
<p>It may have moved, or the address may be misspelled.</p>
<ul>
<li><a href="/models.html">All models</a>, by vendor and task</li>
<li><a href="/guides/quick-start.html">Quick start</a> and the other guides</li>
<li><a href="/index.html">The first page</a></li>
</ul>
</main>
<script>
(async () => {
  const parts = location.pathname.split("/").slice(1, -1);
  for (let count = parts.length; count >= 0; count -= 1) {
    const top = ["", ...parts.slice(0, count), ""].join("/").replace(/^\\/+/, "/");
    const found = await fetch(`${top}models.json`, { method: "HEAD" }).catch(() => null);
    if (!found?.ok) continue;
    for (const link of document.links) link.pathname = top + link.pathname.slice(1);
    return;
  }
})();
</script>
</body>
</html>
"""

"""Calls of one SDK: `python callers.py NAME sync|async URL CALLS`, run by any Python.

Prints the CPU seconds of one call: a submit of the same words, its answer read. What came
before, imports and the first connections, is not counted.
"""

import asyncio
import os
import sys
import time

PROMPT = "A red fox in the snow"
IMAGE = "https://example.com/a.png"
IN_FLIGHT = 32
WARM = 64


def runcomfy(url, is_async):
    """Return what submits by runcomfy."""
    from runcomfy_models import AsyncRunComfy, RunComfy
    from runcomfy_models.blackforestlabs import flux_2_pro_edit

    client = (AsyncRunComfy if is_async else RunComfy)(token="x", base_url=url)
    return lambda: client.submit(
        flux_2_pro_edit.Input(prompt=PROMPT, image_urls=[IMAGE])
    )


def fal_client(url, is_async):
    """Return what submits by fal_client."""
    from fal_client import AsyncClient, SyncClient
    from fal_client import client as module

    module.QUEUE_URL_FORMAT = f"{url}/"
    client = (AsyncClient if is_async else SyncClient)(key="x")
    arguments = {"prompt": PROMPT, "image_urls": [IMAGE]}
    return lambda: client.submit("fal-ai/flux-2", arguments=arguments)


def replicate(url, is_async):
    """Return what submits by replicate."""
    from replicate import Client

    predictions = Client(api_token="x", base_url=url).predictions
    create = predictions.async_create if is_async else predictions.create
    body = {"prompt": PROMPT, "image_urls": [IMAGE]}
    return lambda: create(version="v1", input=body)


def openai(url, is_async):
    """Return what submits by openai."""
    from openai import AsyncOpenAI, OpenAI

    client = (AsyncOpenAI if is_async else OpenAI)(api_key="x", base_url=url)
    return lambda: client.images.generate(model="m", prompt=PROMPT)


def runwayml(url, is_async):
    """Return what submits by runwayml."""
    from runwayml import AsyncRunwayML, RunwayML

    client = (AsyncRunwayML if is_async else RunwayML)(api_key="x", base_url=url)
    return lambda: client.image_to_video.create(
        model="gen4_turbo", prompt_image=IMAGE, prompt_text=PROMPT, ratio="1280:720"
    )


CALLERS = {
    caller.__name__: caller
    for caller in (runcomfy, fal_client, replicate, openai, runwayml)
}


def sync_cost(name, url, count):
    """Call one after the other."""
    call = CALLERS[name](url, False)
    for _ in range(WARM):
        call()
    started = time.process_time()
    for _ in range(count):
        call()
    return (time.process_time() - started) / count


async def async_cost(name, url, count):
    """Call with several calls in flight."""
    call = CALLERS[name](url, True)

    async def calls(number):
        for _ in range(number):
            await call()

    async def at_once(number):
        await asyncio.gather(*(calls(number // IN_FLIGHT) for _ in range(IN_FLIGHT)))

    await at_once(WARM)
    started = time.process_time()
    await at_once(count)
    return (time.process_time() - started) / count


def main():
    """Print what one call costs."""
    name, mode, url, count = sys.argv[1:]
    os.environ["NO_PROXY"] = "127.0.0.1"
    if mode == "sync":
        cost = sync_cost(name, url, int(count))
    else:
        cost = asyncio.run(async_cost(name, url, int(count)))
    print(cost, flush=True)
    os._exit(0)


if __name__ == "__main__":
    main()

"""What tests share: servers, faces, made models, judges. No test stands in here."""

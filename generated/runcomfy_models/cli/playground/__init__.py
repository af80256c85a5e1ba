"""The docs served here, with a button that runs each model."""

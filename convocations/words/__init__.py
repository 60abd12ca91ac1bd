"""What codes are called on the screen."""

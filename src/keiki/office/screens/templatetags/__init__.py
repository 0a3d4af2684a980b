"""What the templates of the screens can say: `{% load keiki %}`."""

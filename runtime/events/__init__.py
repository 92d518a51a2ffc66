"""Event scripts other than message handlers: when they run, and on which lane."""

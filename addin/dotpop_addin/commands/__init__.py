"""What each command of the command line does; heavy modules are imported where they are needed."""

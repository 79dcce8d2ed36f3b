"""What is said of creators one by one."""

"""What is said of people reached once, of the size of a programme, and of many small accounts against a large one."""

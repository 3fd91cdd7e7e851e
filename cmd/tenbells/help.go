package main

// example is what the help of a command ends with: one line to copy, on a line of its own.
func example(call string) string { return "Example:\n\n\t" + call }

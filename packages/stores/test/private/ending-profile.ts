/** A profile whose thread ends before it has merged anything. */
process.exit(3);

### Messages of the program.


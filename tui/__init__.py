"""The program: command line, configuration, app and screens. Composes everything else."""

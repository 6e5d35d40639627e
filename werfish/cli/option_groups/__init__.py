"""The groups of options that commands share; the variables are werf's."""

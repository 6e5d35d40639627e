"""Working programs in memory that stand for the real parts: they obey, nothing is scripted."""

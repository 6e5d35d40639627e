# werfish ci-env failed, and says why on stderr.
exit 1

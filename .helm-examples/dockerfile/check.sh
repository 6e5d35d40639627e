# The page has its message. Built with "target: check"; "server" does not need it.
grep -q '<h1>..*</h1>' /site/index.html

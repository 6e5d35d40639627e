#!/bin/sh
# The page at "/": the message of the repository and the commit that is deployed.
escaped() {
  sed -e 's/&/\&amp;/g' -e 's/</\&lt;/g' -e 's/>/\&gt;/g'
}
cat <<PAGE
Content-Type: text/html; charset=utf-8

<!doctype html>
<html lang="en">
<head><title>web</title><link rel="stylesheet" href="/style.css"></head>
<body>
<h1>$(escaped < /srv/site/message.txt)</h1>
<p>commit <code>$COMMIT</code>, $(escaped < /srv/site/about.txt)</p>
</body>
</html>
PAGE

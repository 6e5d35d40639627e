#!/usr/bin/env perl
# Hands out numbers to factor and keeps the latest answer:
#   GET  /task     the next number, 204 when there is none left
#   POST /result   what a worker found
#   GET  /state    how many answers there are, and the latest
#   GET  /healthz  ok
use strict;
use warnings;

use IO::Socket::INET;
use Settings;

my $largest = Settings::read('/app/shared/limits.env')->{LARGEST};
my ($next, $answers, $latest) = (2, 0, '');

my %routes = (
    'GET /healthz' => sub { (200, 'ok') },
    'GET /task'    => sub { $next <= $largest ? (200, $next++) : (204, '') },
    'POST /result' => sub { $answers++; $latest = shift; (200, 'thanks') },
    'GET /state'   => sub { (200, "$answers answers, the latest: $latest") },
);

# Process 1 ends on a signal only where it says so.
$SIG{TERM} = $SIG{INT} = sub { exit 0 };
$SIG{PIPE} = 'IGNORE';
$| = 1;

my $listener = IO::Socket::INET->new(LocalPort => 8080, Listen => 64, ReuseAddr => 1)
    or die "listen on port 8080: $@\n";
print "listening on port 8080\n";
while (1) {
    my $client = $listener->accept or next;
    eval {
        local $SIG{ALRM} = sub { die "too slow\n" };
        alarm 5;
        answer($client);
        alarm 0;
    };
    alarm 0;
    close $client;
}

sub answer {
    my ($client) = @_;
    my ($method, $path) = (<$client> // '') =~ m{^(\S+) (\S+)} or return;
    my $length = 0;
    while (my $line = <$client>) {
        last if $line =~ /^\r?\n$/;
        $length = $1 if $line =~ /^content-length:\s*(\d+)/i;
    }
    my $body = '';
    read $client, $body, $length if $length and $length < 65536;
    my $route = $routes{"$method $path"} // sub { (404, 'not found') };
    my ($status, $text) = $route->($body);
    $text .= "\n" if length $text;
    my $head = "HTTP/1.0 $status -\r\nContent-Type: text/plain\r\nContent-Length: ";
    print $client $head, length($text), "\r\nConnection: close\r\n\r\n", $text;
}

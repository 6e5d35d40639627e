# Settings files of "NAME=value" lines; "#" begins a comment.
package Settings;

use strict;
use warnings;

sub read {
    my ($path) = @_;
    open my $file, '<', $path or die "read settings $path: $!\n";
    my %settings;
    while (my $line = <$file>) {
        $settings{$1} = $2 if $line =~ /^([A-Z_]+)=(\S*)\s*$/;
    }
    return \%settings;
}

1;

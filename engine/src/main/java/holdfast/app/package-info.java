/// The program: its command line, its configuration, and the shop wired by hand.
@NullMarked
package holdfast.app;

import org.jspecify.annotations.NullMarked;

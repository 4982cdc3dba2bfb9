/// The benchmarks: how fast the shop is, as a ratio to a yardstick measured in the same run.
@NullMarked
package holdfast.bench;

import org.jspecify.annotations.NullMarked;

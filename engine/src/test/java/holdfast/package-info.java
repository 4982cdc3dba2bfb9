/// Tests of the whole, and what all tests share.
@NullMarked
package holdfast;

import org.jspecify.annotations.NullMarked;

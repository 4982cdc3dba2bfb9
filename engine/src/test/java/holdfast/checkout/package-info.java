@NullMarked
package holdfast.checkout;

import org.jspecify.annotations.NullMarked;

@NullMarked
package holdfast.access;

import org.jspecify.annotations.NullMarked;

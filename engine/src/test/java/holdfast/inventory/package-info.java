@NullMarked
package holdfast.inventory;

import org.jspecify.annotations.NullMarked;

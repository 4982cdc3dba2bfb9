@NullMarked
package holdfast.console;

import org.jspecify.annotations.NullMarked;

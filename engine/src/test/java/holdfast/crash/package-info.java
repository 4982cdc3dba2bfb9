/// What happens when a process dies at the worst moment: real processes, killed where a [Director] wants it.
@NullMarked
package holdfast.crash;

import org.jspecify.annotations.NullMarked;

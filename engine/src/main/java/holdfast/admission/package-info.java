/// Who may come in, when more want to than there is room for: limits that follow what the shop can do.
@NullMarked
package holdfast.admission;

import org.jspecify.annotations.NullMarked;

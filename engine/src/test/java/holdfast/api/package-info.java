/// What the HTTP API promises: the document, the pages about problems, bad input and who may see what.
@NullMarked
package holdfast.api;

import org.jspecify.annotations.NullMarked;

/// The tests are tested: with one thing made wrong in the program, some of them have to fail.
@NullMarked
package holdfast.mutants;

import org.jspecify.annotations.NullMarked;

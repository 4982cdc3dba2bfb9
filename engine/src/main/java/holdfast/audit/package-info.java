/// What must always be true of the database, and whether it is: each promise of the program, stated once more
/// as a query for what breaks it.
///
/// Reads only, and uses no module but the database: who checks the books does not share code with who writes
/// them.
@NullMarked
package holdfast.audit;

import org.jspecify.annotations.NullMarked;

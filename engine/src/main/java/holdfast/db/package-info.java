/// The database: transactions that show in the signature, the pipeline the hot writes go through, the schema's
/// migrations, and the embedded server for those who have none.
///
/// Knows no table but Flyway's own, and no command of anyone's.
@NullMarked
package holdfast.db;

import org.jspecify.annotations.NullMarked;

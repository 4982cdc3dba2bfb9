/// The merchant's console: pages for those who run the shop. What is done there goes the same way as over the
/// API, and into the same audit log.
///
/// Every page and every form is a row of one table, [holdfast.console.Console], which says who may have it.
@NullMarked
package holdfast.console;

import org.jspecify.annotations.NullMarked;

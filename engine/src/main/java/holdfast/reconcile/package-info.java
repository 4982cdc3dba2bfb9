/// What providers tell, against what is written here: their webhooks, and their lists.
///
/// Neither is believed. Both only say which payment to look at; the provider is read, and whoever sees to that
/// payment anyway goes on with it. So what comes twice, late, or in the wrong order makes no difference.
@NullMarked
package holdfast.reconcile;

import org.jspecify.annotations.NullMarked;

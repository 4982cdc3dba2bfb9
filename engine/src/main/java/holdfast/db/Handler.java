package holdfast.db;

import java.util.List;

/// Carries out commands of one kind, as many as wait, in one transaction.
///
/// It decides each command for itself and answers in the same order, one result each: a refusal is a result,
/// and nothing has been written for a refused command. What it throws fails the transaction and all that was
/// in it.
@FunctionalInterface
public interface Handler<C extends Command<R>, R> {

    List<R> handle(Tx tx, List<C> commands);
}

package holdfast.audit;

import holdfast.audit.Invariant.Needs;
import java.util.List;

/// What must never have reached us.
final class CardInvariants {

    static final List<Invariant> ALL = List.of(new Invariant(
            "X01",
            "no card number stands anywhere",
            Needs.NOTHING,
            "select coalesce(sum(rows), 0)::bigint from searched",
            "select relation || ' at ' || place from card_number"));

    private CardInvariants() {}
}

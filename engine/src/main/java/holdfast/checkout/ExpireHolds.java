package holdfast.checkout;

import holdfast.db.Command;
import holdfast.db.Tx;
import holdfast.inventory.Holds;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/// Give back what the holds keep whose time is up. Answers how many there were, at most [Holds#SWEEP_MAX].
record ExpireHolds() implements Command<Integer> {

    /// However many ask at the same moment, a transaction expires no more than that.
    static List<Integer> handle(Tx tx, Holds holds, List<ExpireHolds> commands) {
        var expired = new ArrayList<>(Collections.nCopies(commands.size(), 0));
        expired.set(0, holds.expireDue(tx));
        return expired;
    }
}

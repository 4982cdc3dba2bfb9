package holdfast.checkout;

import holdfast.db.Tx;
import holdfast.kernel.CheckoutId;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The checkouts that this server opened last, so that one that is paid for at once need not be read again.
///
/// What is remembered may be out of date at any moment, or may never have been committed: it is used where the
/// database has a checkout of the same last change, and nowhere else.
final class RecentCheckouts {

    /// More than are open between two requests of the same shoppers, at any rate that two cores can serve.
    private static final int MAX = 20_000;

    private final Map<CheckoutId, StoredCheckout> recent = Collections.synchronizedMap(new LinkedHashMap<>() {

        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<CheckoutId, StoredCheckout> eldest) {
            return size() > MAX;
        }
    });

    void remember(StoredCheckout checkout) {
        recent.put(checkout.id(), checkout);
    }

    /// As [CheckoutTable#read], and forgets those of them that are remembered.
    Map<CheckoutId, StoredCheckout> read(Tx tx, Collection<CheckoutId> ids) {
        var read = new HashMap<CheckoutId, StoredCheckout>();
        var unknown = new ArrayList<CheckoutId>();
        var remembered = new HashMap<CheckoutId, StoredCheckout>();
        for (CheckoutId id : ids) {
            @Nullable StoredCheckout known = recent.remove(id);
            if (known == null) {
                unknown.add(id);
            } else {
                remembered.put(id, known);
            }
        }
        CheckoutTable.versions(tx, List.copyOf(remembered.keySet())).forEach((id, version) -> {
            StoredCheckout known = remembered.get(id);
            if (known != null && known.updatedAt().equals(version.updatedAt())) {
                read.put(id, known.current(version.current()));
            } else {
                unknown.add(id);
            }
        });
        if (!unknown.isEmpty()) read.putAll(CheckoutTable.read(tx, unknown));
        return read;
    }
}

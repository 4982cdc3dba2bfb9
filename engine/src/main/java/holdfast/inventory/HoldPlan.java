package holdfast.inventory;

import holdfast.kernel.Sku;
import java.util.List;
import java.util.SortedMap;

/// Whether a hold can be had, decided under the locks of the stock it needs: all of it or nothing.
public sealed interface HoldPlan {

    /// It can. The transaction that planned it has to open it, or to roll back.
    ///
    /// @param sourcing why these warehouses, in a sentence
    record Granted(HoldRequest request, List<HeldLine> lines, String sourcing) implements HoldPlan {}

    /// It cannot. `available` tells, for each SKU of which there is not enough, how many pieces there are.
    record OutOfStock(SortedMap<Sku, Long> available) implements HoldPlan {}
}

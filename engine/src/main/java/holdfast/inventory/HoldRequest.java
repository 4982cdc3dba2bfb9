package holdfast.inventory;

import static java.util.Comparator.naturalOrder;

import holdfast.catalog.SaleTerms;
import holdfast.kernel.CheckoutId;
import holdfast.kernel.Sku;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// What a checkout wants set aside: pieces per SKU, each SKU once.
///
/// @param shipTo null: nobody knows yet
/// @param terms of those SKUs that have any
public record HoldRequest(
        CheckoutId checkout,
        SortedMap<Sku, Long> wanted,
        @Nullable ShipTo shipTo,
        Map<Sku, SaleTerms> terms) {

    /// What any of them wants.
    static SortedSet<Sku> skus(List<HoldRequest> requests) {
        var skus = new TreeSet<Sku>();
        requests.forEach(request -> skus.addAll(request.wanted().keySet()));
        return skus;
    }

    SaleTerms terms(Sku sku) {
        return terms.getOrDefault(sku, SaleTerms.NONE);
    }

    boolean mayBeBackordered(Sku sku) {
        return terms(sku).backorderLimit() > 0;
    }

    /// How long it is held, in a shop whose holds last `ofShop`: as long as the SKU that is held the shortest.
    Duration time(Duration ofShop) {
        return wanted.keySet().stream()
                .map(sku -> terms(sku).holdTime(ofShop))
                .min(naturalOrder())
                .orElse(ofShop);
    }
}

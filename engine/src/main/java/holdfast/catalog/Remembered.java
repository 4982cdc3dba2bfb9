package holdfast.catalog;

import holdfast.kernel.Address;
import holdfast.kernel.Sku;
import java.util.Collection;
import java.util.Currency;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// What was read of one revision of the catalog, so that it is read once and not for every shopper.
///
/// It may be out of date at any moment, and nothing is done about that: whoever relies on it looks at the
/// revision in the transaction in which it matters.
final class Remembered {

    /// Of each kind; what comes later is read again every time.
    private static final int MAX = 100_000;

    private final long revision;
    private final Map<Sku, Product> products = new ConcurrentHashMap<>();
    private final Map<Currency, List<ShippingRate>> shippingRates = new ConcurrentHashMap<>();
    private final Map<Place, List<TaxRate>> taxRates = new ConcurrentHashMap<>();

    Remembered(long revision) {
        this.revision = revision;
    }

    private record Place(String country, String region) {

        static Place of(Address address) {
            String region = address.region();
            return new Place(
                    address.country(), region == null ? "" : region.strip().toUpperCase(Locale.ROOT));
        }
    }

    long revision() {
        return revision;
    }

    /// Those of the products that there are; null if it takes reading, and `read` is null.
    @Nullable
    Map<Sku, Product> products(Collection<Sku> skus, @Nullable Function<Collection<Sku>, Map<Sku, Product>> read) {
        var found = new HashMap<Sku, Product>();
        for (Sku sku : skus) {
            Product product = products.get(sku);
            if (product != null) found.put(sku, product);
        }
        if (found.size() == skus.size()) return found;
        if (read == null) return null;
        Map<Sku, Product> fresh = read.apply(skus);
        if (products.size() < MAX) products.putAll(fresh);
        return fresh;
    }

    @Nullable
    List<ShippingRate> shippingRates(Currency currency, @Nullable Function<Currency, List<ShippingRate>> read) {
        return through(shippingRates, currency, read);
    }

    @Nullable
    List<TaxRate> taxRates(Address shipTo, @Nullable Function<Address, List<TaxRate>> read) {
        return through(taxRates, Place.of(shipTo), read == null ? null : _ -> read.apply(shipTo));
    }

    private static <K, V> @Nullable V through(Map<K, V> known, K key, @Nullable Function<K, V> read) {
        V value = known.get(key);
        if (value != null || read == null) return value;
        value = read.apply(key);
        if (known.size() < MAX) known.put(key, value);
        return value;
    }
}

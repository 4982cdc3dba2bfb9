package holdfast.inventory;

import static java.util.stream.Collectors.joining;

import holdfast.kernel.Sku;
import holdfast.kernel.WarehouseCode;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// Chooses the warehouses for a hold so that it leaves in the fewest parcels: one warehouse for everything if
/// any can serve it, else two, and so on; among equals the ones that are asked first.
final class Sourcing {

    /// Up to here every set of warehouses is tried; beyond, each next parcel is the one that takes the most.
    private static final int EXHAUSTIVE_MAX = 10;

    private final Map<Sku, SortedMap<Place, Long>> available = new TreeMap<>();

    /// A warehouse, in the order in which warehouses are asked.
    record Place(int priority, WarehouseCode warehouse) implements Comparable<Place> {

        private static final Comparator<Place> ORDER =
                Comparator.comparingInt(Place::priority).thenComparing(Place::warehouse);

        @Override
        public int compareTo(Place other) {
            return ORDER.compare(this, other);
        }
    }

    void add(Sku sku, Place place, long pieces) {
        available.computeIfAbsent(sku, _ -> new TreeMap<>()).merge(place, pieces, Long::sum);
    }

    /// Decides one request, and takes what it grants, so that the next one finds the rest.
    HoldPlan decide(HoldRequest request) {
        var wanted = request.wanted();
        var missing = new TreeMap<Sku, Long>();
        wanted.forEach((sku, pieces) -> {
            long there = total(sku);
            if (there < pieces) missing.put(sku, there);
        });
        if (!missing.isEmpty()) return new HoldPlan.OutOfStock(missing);
        List<Place> parcels = fewest(wanted);
        String explanation = explain(parcels, placesOf(wanted)); // Before its stock is taken.
        return new HoldPlan.Granted(request, take(wanted, parcels), explanation);
    }

    private long total(Sku sku) {
        return stockOf(sku).values().stream().mapToLong(Long::longValue).sum();
    }

    private SortedMap<Place, Long> stockOf(Sku sku) {
        SortedMap<Place, Long> stock = available.get(sku);
        return stock == null ? new TreeMap<>() : stock;
    }

    private List<Place> placesOf(SortedMap<Sku, Long> wanted) {
        var places = new TreeSet<Place>();
        wanted.keySet()
                .forEach(sku -> stockOf(sku).forEach((place, pieces) -> {
                    if (pieces > 0) places.add(place);
                }));
        return List.copyOf(places);
    }

    private List<Place> fewest(SortedMap<Sku, Long> wanted) {
        List<Place> places = placesOf(wanted);
        if (places.size() > EXHAUSTIVE_MAX) return greedy(wanted, places);
        for (int parcels = 1; parcels < places.size(); parcels++) {
            List<Place> found = firstServing(wanted, places, 0, parcels, new ArrayList<>());
            if (found != null) return found;
        }
        return places;
    }

    /// The first set of `parcels` more places, in the order of the places, that serves everything; null if
    /// there is none.
    private @Nullable List<Place> firstServing(
            SortedMap<Sku, Long> wanted, List<Place> places, int from, int parcels, List<Place> chosen) {
        if (parcels == 0) return serves(wanted, chosen) ? List.copyOf(chosen) : null;
        for (int i = from; i <= places.size() - parcels; i++) {
            chosen.add(places.get(i));
            List<Place> found = firstServing(wanted, places, i + 1, parcels - 1, chosen);
            if (found != null) return found;
            chosen.removeLast();
        }
        return null;
    }

    private boolean serves(SortedMap<Sku, Long> wanted, List<Place> places) {
        return wanted.entrySet().stream()
                .allMatch(line -> places.stream()
                                .mapToLong(place -> stockOf(line.getKey()).getOrDefault(place, 0L))
                                .sum()
                        >= line.getValue());
    }

    private List<Place> greedy(SortedMap<Sku, Long> wanted, List<Place> places) {
        var left = new TreeMap<>(wanted);
        var remaining = new ArrayList<>(places);
        var chosen = new ArrayList<Place>();
        while (!left.isEmpty()) {
            Place best = remaining.stream()
                    .max(Comparator.<Place>comparingLong(place -> servable(left, place))
                            .thenComparing(Comparator.reverseOrder()))
                    .orElseThrow();
            remaining.remove(best);
            chosen.add(best);
            left.replaceAll(
                    (sku, pieces) -> pieces - Math.min(pieces, stockOf(sku).getOrDefault(best, 0L)));
            left.values().removeIf(pieces -> pieces == 0);
        }
        return chosen;
    }

    private long servable(SortedMap<Sku, Long> wanted, Place place) {
        return wanted.entrySet().stream()
                .mapToLong(
                        line -> Math.min(line.getValue(), stockOf(line.getKey()).getOrDefault(place, 0L)))
                .sum();
    }

    private List<HeldLine> take(SortedMap<Sku, Long> wanted, List<Place> parcels) {
        var lines = new ArrayList<HeldLine>();
        wanted.forEach((sku, pieces) -> {
            long left = pieces;
            for (Place place : parcels) {
                long taken = Math.min(left, stockOf(sku).getOrDefault(place, 0L));
                if (taken == 0) continue;
                add(sku, place, -taken);
                lines.add(new HeldLine(sku, place.warehouse(), taken));
                left -= taken;
            }
        });
        return lines;
    }

    private static String explain(List<Place> parcels, List<Place> places) {
        String names = parcels.stream().map(place -> place.warehouse().code()).collect(joining(", "));
        if (parcels.size() > 1)
            return "fewest-parcels: no fewer than " + parcels.size() + " can serve it all: " + names;
        if (places.size() == 1) return "fewest-parcels: only " + names + " has any of it";
        return "fewest-parcels: " + names + " can serve it all and is asked first";
    }
}

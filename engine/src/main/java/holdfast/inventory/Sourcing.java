package holdfast.inventory;

import static java.util.Comparator.comparingInt;
import static java.util.stream.Collectors.joining;

import holdfast.db.Tx;
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

/// Chooses the warehouses for holds, by the policy of the shop; says why.
///
/// The fewest parcels are one if any warehouse can serve everything, else two, and so on; among equals the
/// warehouses that are asked first. By nearness or priority each piece comes from the first warehouse that has
/// it.
final class Sourcing {

    /// Up to here every set of warehouses is tried; beyond, each next parcel is the one that takes the most.
    private static final int EXHAUSTIVE_MAX = 10;

    private static final int NAMED_MAX = 5;
    private static final int NOT_SERVED = Integer.MAX_VALUE;

    private final SourcingPolicy policy;
    private final Nearness nearness;
    private final Map<Sku, SortedMap<Place, Long>> available = new TreeMap<>();
    private final Map<Sku, Long> backordered = new TreeMap<>();

    Sourcing(SourcingPolicy policy, Nearness nearness) {
        this.policy = policy;
        this.nearness = nearness;
    }

    /// One for these requests, that knows of no stock yet.
    static Sourcing of(SourcingPolicy policy, Tx tx, List<HoldRequest> requests) {
        return new Sourcing(policy, policy == SourcingPolicy.NEAREST ? Nearness.read(tx, requests) : Nearness.UNKNOWN);
    }

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

    /// So many pieces are backordered. A SKU of which this is not said cannot be.
    void backordered(Sku sku, long pieces) {
        backordered.put(sku, pieces);
    }

    /// Decides one request, and takes what it grants, so that the next one finds the rest.
    HoldPlan decide(HoldRequest request) {
        var wanted = request.wanted();
        var missing = new TreeMap<Sku, Long>();
        var toCome = new TreeMap<Sku, Long>();
        wanted.forEach((sku, pieces) -> {
            long there = total(sku);
            if (there >= pieces) return;
            long more = backorderable(request, sku);
            if (there + more < pieces) {
                missing.put(sku, there + more);
            } else {
                toCome.put(sku, pieces - there);
            }
        });
        if (!missing.isEmpty()) return new HoldPlan.OutOfStock(missing);
        if (!toCome.isEmpty()) return partlyBackordered(request, toCome);
        Choice choice = choose(wanted, request.shipTo());
        return new HoldPlan.Granted(request, take(wanted, choice.parcels), policy.code() + choice.why);
    }

    private long backorderable(HoldRequest request, Sku sku) {
        Long before = backordered.get(sku);
        return before == null ? 0 : Math.max(0, request.terms(sku).backorderLimit() - before);
    }

    private HoldPlan partlyBackordered(HoldRequest request, SortedMap<Sku, Long> toCome) {
        var there = new TreeMap<>(request.wanted());
        toCome.forEach((sku, pieces) -> there.merge(sku, -pieces, Long::sum));
        there.values().removeIf(pieces -> pieces == 0);
        toCome.forEach((sku, pieces) -> backordered.merge(sku, pieces, Long::sum));
        List<HeldLine> rest = toCome.entrySet().stream()
                .map(line -> HeldLine.backordered(line.getKey(), line.getValue()))
                .toList();
        if (there.isEmpty()) {
            return new HoldPlan.Granted(
                    request, rest, policy.code() + ": none of it is in stock yet; all of it is backordered");
        }
        Choice choice = choose(there, request.shipTo());
        var lines = new ArrayList<>(take(there, choice.parcels));
        lines.addAll(rest);
        return new HoldPlan.Granted(request, lines, policy.code() + choice.why + "; the rest is backordered");
    }

    /// Where everything comes from, in the order in which it is taken, and why.
    private record Choice(List<Place> parcels, String why) {}

    private Choice choose(SortedMap<Sku, Long> wanted, @Nullable ShipTo shipTo) {
        List<Place> places = placesOf(wanted);
        return switch (policy) {
            case FEWEST_PARCELS -> fewest(wanted, places);
            case PRIORITY -> firstOf(wanted, places, "", "is asked first");
            case NEAREST -> {
                if (shipTo == null) {
                    yield firstOf(wanted, places, ", by priority as long as there is no address", "is asked first");
                }
                if (places.stream().allMatch(place -> rank(place, shipTo) == NOT_SERVED)) {
                    yield firstOf(wanted, places, ", by priority as none of them serves the address", "is asked first");
                }
                List<Place> nearestFirst = places.stream()
                        .sorted(comparingInt(place -> rank(place, shipTo)))
                        .toList();
                yield firstOf(wanted, nearestFirst, "", "is nearest to the address");
            }
        };
    }

    private int rank(Place place, ShipTo shipTo) {
        return nearness.rank(place.warehouse(), shipTo).orElse(NOT_SERVED);
    }

    /// As few of the places, in their order, as it takes when each gives all that it has.
    private Choice firstOf(SortedMap<Sku, Long> wanted, List<Place> places, String how, String firstDoes) {
        var left = new TreeMap<>(wanted);
        var parcels = new ArrayList<Place>();
        for (Place place : places) {
            if (servable(left, place) == 0) continue;
            parcels.add(place);
            serve(left, place);
        }
        String names = names(parcels);
        if (places.size() == 1) return new Choice(parcels, how + ": only " + names + " has any of it");
        return parcels.size() == 1
                ? new Choice(parcels, how + ": " + names + " " + firstDoes + " and has all of it")
                : new Choice(parcels, how + ": " + names + " have all of it together, asked in this order");
    }

    /// How many pieces there are, in all warehouses together.
    long total(Sku sku) {
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

    private Choice fewest(SortedMap<Sku, Long> wanted, List<Place> places) {
        List<Place> parcels = fewestOf(wanted, places);
        String names = names(parcels);
        if (parcels.size() > 1) {
            // Of many warehouses not every choice was tried, and nothing is claimed that was not looked at.
            String how = places.size() > EXHAUSTIVE_MAX ? ": together, these " : ": no fewer than ";
            return new Choice(parcels, how + parcels.size() + " can serve it all: " + names);
        }
        return places.size() == 1
                ? new Choice(parcels, ": only " + names + " has any of it")
                : new Choice(parcels, ": " + names + " can serve it all and is asked first");
    }

    private List<Place> fewestOf(SortedMap<Sku, Long> wanted, List<Place> places) {
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
            serve(left, best);
        }
        return chosen;
    }

    private void serve(SortedMap<Sku, Long> left, Place place) {
        left.replaceAll((sku, pieces) -> pieces - Math.min(pieces, stockOf(sku).getOrDefault(place, 0L)));
        left.values().removeIf(pieces -> pieces == 0);
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

    private static String names(List<Place> places) {
        String names = places.stream()
                .limit(NAMED_MAX)
                .map(place -> place.warehouse().code())
                .collect(joining(", "));
        int more = places.size() - NAMED_MAX;
        return more > 0 ? names + " and " + more + " more" : names;
    }
}

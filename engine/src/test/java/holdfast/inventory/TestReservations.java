package holdfast.inventory;

/// The strategies, as a shop would make them.
final class TestReservations {

    private TestReservations() {}

    static Reservations of(Strategy strategy) {
        return switch (strategy) {
            case PESSIMISTIC, BATCHED -> new LockingReservations(SourcingPolicy.FEWEST_PARCELS);
            case OPTIMISTIC -> new OptimisticReservations(SourcingPolicy.FEWEST_PARCELS);
        };
    }
}

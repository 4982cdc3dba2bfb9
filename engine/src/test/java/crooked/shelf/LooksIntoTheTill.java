package crooked.shelf;

import crooked.till.Till;

/// A shelf may not use the till.
record LooksIntoTheTill(Till[] tills) {}

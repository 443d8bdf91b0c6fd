// SPDX-License-Identifier: GPL-3.0-or-later
package mekhq.distributed;

import java.util.HashMap;
import java.util.Map;
import java.util.UUID;

import mekhq.distributed.settlement.Arrival;
import mekhq.distributed.settlement.CampaignAssets;
import mekhq.distributed.settlement.Hold;
import mekhq.distributed.settlement.Settlement;

/** A campaign that is nothing but C-bills. */
final class Purse implements CampaignAssets {
    private final Map<UUID, Long> held = new HashMap<>();
    private long free;
    private boolean broken;
    private Runnable onSettle = () -> { };

    Purse(long free) {
        this.free = free;
    }

    synchronized Purse copy() {
        Purse copy = new Purse(free);
        copy.held.putAll(held);
        return copy;
    }

    synchronized long free() {
        return free;
    }

    synchronized long held() {
        return held.values().stream().mapToLong(Long::longValue).sum();
    }

    /** From now on everything that changes it throws, or no longer. */
    synchronized void breakIt(boolean now) {
        broken = now;
    }

    synchronized void whenSettling(Runnable task) {
        onSettle = task;
    }

    private void check() {
        if (broken) {
            throw new IllegalStateException("the purse is torn");
        }
    }

    static long units(Bundle bundle) {
        return bundle.money().map(money -> money.hundredths() / 100).orElse(0L);
    }

    private void drop(Hold hold) {
        held.merge(hold.request(), -units(hold.bundle()), Long::sum);
        held.remove(hold.request(), 0L);
    }

    @Override
    public synchronized Bundle inspect(Bundle wanted) {
        long there = Math.min(free, units(wanted));
        return there > 0 ? Bundle.of(Money.cBills(there)) : Bundle.EMPTY;
    }

    @Override
    public synchronized boolean reserve(Hold hold) {
        check();
        if (free < units(hold.bundle())) {
            return false;
        }
        free -= units(hold.bundle());
        held.put(hold.request(), units(hold.bundle()));
        return true;
    }

    @Override
    public synchronized void release(Hold hold) {
        check();
        drop(hold);
        free += units(hold.bundle());
    }

    @Override
    public synchronized void settle(Settlement settlement) {
        check();
        onSettle.run();
        settlement.released().forEach(this::release);
        settlement.consumed().forEach(this::drop);
        free -= units(settlement.taken());
    }

    @Override
    public synchronized void deliver(Arrival arrival) {
        check();
        free += units(arrival.bundle());
    }
}

// SPDX-License-Identifier: GPL-3.0-or-later
package mekhq.distributed.integration;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** Synchronous and unsynchronised; what a handler throws is logged and swallowed. */
public final class EventBus {
    private final List<Object> handlers = new ArrayList<>();
    private final List<Throwable> logged = new ArrayList<>();

    public void register(Object handler) {
        handlers.add(handler);
    }

    public void unregister(Object handler) {
        handlers.remove(handler);
    }

    /** Calls every handler of the event, in the order of registration; returns whether one of them cancelled it. */
    boolean triggerEvent(CampaignEvent event) {
        for (Object handler : handlers) {
            Stream.of(handler.getClass().getMethods())
                    .filter(method -> method.isAnnotationPresent(Subscribe.class))
                    .filter(method -> method.getParameterTypes()[0].isInstance(event))
                    .forEach(method -> call(handler, method, event));
        }
        return event.isCancelled();
    }

    List<Object> handlers() {
        return List.copyOf(handlers);
    }

    /** What handlers threw. */
    public List<Throwable> logged() {
        return List.copyOf(logged);
    }

    private void call(Object handler, Method method, CampaignEvent event) {
        try {
            method.invoke(handler, event);
        } catch (InvocationTargetException e) {
            logged.add(e.getCause());
        } catch (IllegalAccessException e) {
            throw new IllegalStateException(e);
        }
    }
}

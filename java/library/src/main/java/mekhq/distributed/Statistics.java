// SPDX-License-Identifier: GPL-3.0-or-later
package mekhq.distributed;

/**
 * What was passed over or refused since the session began. All counts start at 0.
 *
 * @param unknownTypes     messages of a type this version does not know, passed over
 * @param malformed        messages of a known type with a malformed payload, refused
 * @param notYours         messages in the name of a campaign that is not the sender's, refused
 * @param ignored          messages that the protocol says are ignored
 * @param refusalsDropped  refusals that no listener heard of, because too many events were waiting to be heard
 * @param dailyLogsDropped daily logs that no listener heard of, because too many events were waiting to be heard
 */
public record Statistics(long unknownTypes, long malformed, long notYours, long ignored, long refusalsDropped,
                         long dailyLogsDropped) {
}

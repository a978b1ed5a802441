package io.inkstream.topology.routing;

/**
 * Names one policy, and with it what was found out about it: a candidate that was halted stays so until a policy of another
 * revision is written.
 *
 * @param model name of the model
 */
public record PolicyId(String model, String revision) {}

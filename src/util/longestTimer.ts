/** The longest delay that setTimeout takes, in milliseconds (25 days); it makes 1 ms of a longer one. */
export const longestTimerMs: number = 2 ** 31 - 1;

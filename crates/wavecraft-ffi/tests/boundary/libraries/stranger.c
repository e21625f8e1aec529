/*
 * A library that is no plugin of ours.
 *
 * INCOMPLETE  needs a function that nobody has, but calls it only later
 */
extern void nobody_has_this_function(void);

int somebody_elses_function(void) {
#ifdef INCOMPLETE
    nobody_has_this_function();
#endif
    return 1;
}

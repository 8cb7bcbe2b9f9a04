//! The gate from a single process's view: who waits for whom, and for how long; and forks in signal handlers.

#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used, clippy::print_stdout, reason = "a test ends at the first thing that is wrong")]

use std::sync::atomic::{AtomicBool, AtomicI32, AtomicU64, Ordering};
use std::sync::{Mutex, MutexGuard, mpsc};
use std::thread;
use std::time::{Duration, Instant};

use aws_lc_sys as lc;
use bcrypt_shim::engine::gate::{self, Inside};
use bcrypt_shim::engine::generator::drawing;
use bcrypt_shim::status::Status;

/// The gate is one for the process.
fn alone() -> MutexGuard<'static, ()> {
    static TESTS: Mutex<()> = Mutex::new(());
    TESTS.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
}

fn draw(out: &mut [u8]) -> Result<(), Status> {
    // SAFETY: pointer and length are of one slice.
    let drawn = drawing(|_| Ok(unsafe { lc::RAND_bytes(out.as_mut_ptr(), out.len()) }));
    if drawn? == 1 { Ok(()) } else { Err(Status::InternalError) }
}

const QUICK: Duration = Duration::from_millis(700);
const LONGEST: Duration = Duration::from_secs(1);
/// Of a machine that is busy with other things.
const TOO_LONG: Duration = Duration::from_secs(10);

fn timed<R>(work: impl FnOnce() -> R) -> (R, Duration) {
    let start = Instant::now();
    (work(), start.elapsed())
}

#[test]
fn a_draw_waits_for_a_fork_and_goes_on_after_it() {
    let _alone = alone();
    draw(&mut [0; 16]).unwrap();
    let (sender, receiver) = mpsc::channel();
    gate::close();
    let other = thread::spawn(move || {
        sender.send(()).unwrap();
        draw(&mut [0; 16]).unwrap();
        sender.send(()).unwrap();
    });
    receiver.recv().unwrap();
    assert!(receiver.recv_timeout(Duration::from_millis(200)).is_err(), "it waits");
    // A handler of the host's, in the thread that forks.
    assert!(timed(|| draw(&mut [0; 16]).unwrap()).1 < QUICK);
    gate::open();
    assert!(receiver.recv_timeout(LONGEST).is_ok(), "it goes on");
    other.join().unwrap();
}

#[test]
fn nobody_waits_without_end() {
    let _alone = alone();
    gate::close();
    let (drawn, time) = timed(|| thread::spawn(|| draw(&mut [0; 16])).join().unwrap());
    assert!(drawn.is_ok() && time >= LONGEST && time < TOO_LONG, "{time:?}");
    gate::open();
    let (is_inside, is_over) = (mpsc::channel(), mpsc::channel());
    let other = thread::spawn(move || {
        let _inside = Inside::enter();
        is_inside.0.send(()).unwrap();
        is_over.1.recv().unwrap();
    });
    is_inside.1.recv().unwrap();
    let ((), time) = timed(gate::close);
    assert!(time >= LONGEST && time < TOO_LONG, "{time:?}");
    gate::open();
    assert!(gate::is_sound(), "the parent is");
    // A child of such a fork would not know what it got: it does not draw.
    // SAFETY: the child only looks and ends.
    match unsafe { libc::fork() } {
        0 => {
            let is_right = !gate::is_sound() && draw(&mut [0; 16]) == Err(Status::InternalError);
            // SAFETY: no preconditions.
            unsafe { libc::_exit(i32::from(!is_right)) }
        }
        child => assert_eq!(status_of(child), 0),
    }
    is_over.0.send(()).unwrap();
    other.join().unwrap();
}

fn status_of(child: i32) -> i32 {
    let mut status = -1;
    // SAFETY: the status is a live variable.
    unsafe { libc::waitpid(child, &mut status, 0) };
    status
}

static ENDS_AT_ONCE: AtomicBool = AtomicBool::new(true);
static IS_CHILD: AtomicBool = AtomicBool::new(false);
static LAST: AtomicI32 = AtomicI32::new(0);
static FORKS: AtomicU64 = AtomicU64::new(0);
static SLOWEST_MICROSECONDS: AtomicU64 = AtomicU64::new(0);

extern "C" fn forks(_: i32) {
    if IS_CHILD.load(Ordering::Relaxed) || LAST.load(Ordering::Relaxed) != 0 {
        return;
    }
    let start = Instant::now();
    // SAFETY: the interrupted thread does not allocate, so the C library's own locks are free.
    let child = unsafe { libc::fork() };
    if child == 0 {
        IS_CHILD.store(true, Ordering::Relaxed);
        if ENDS_AT_ONCE.load(Ordering::Relaxed) {
            // SAFETY: no preconditions.
            unsafe { libc::_exit(0) }
        }
        // SAFETY: no preconditions.
        unsafe { libc::alarm(20) };
        return;
    }
    LAST.store(child, Ordering::Relaxed);
    FORKS.fetch_add(1, Ordering::Relaxed);
    SLOWEST_MICROSECONDS.fetch_max(start.elapsed().as_micros() as u64, Ordering::Relaxed);
}

/// A signal handler that interrupts a draw and forks. A child that returns from the handler goes on with the draw or is
/// ended by the engine; it does not hang.
#[test]
fn a_fork_in_a_signal_handler_does_not_wait_for_its_own_thread() {
    let _alone = alone();
    let handler: extern "C" fn(i32) = forks;
    // SAFETY: the handler is a function of that type.
    unsafe { libc::signal(libc::SIGUSR1, handler as libc::sighandler_t) };
    for ends_at_once in [true, false] {
        ENDS_AT_ONCE.store(ends_at_once, Ordering::Relaxed);
        let is_over = AtomicBool::new(false);
        let (mut ended, mut aborted, mut other) = (0, 0, Vec::new());
        thread::scope(|scope| {
            let (sender, receiver) = mpsc::channel();
            let is_over = &is_over;
            let drawer = scope.spawn(move || {
                let mut bytes = [0; 4096];
                // What comes later allocates nothing.
                draw(&mut bytes).unwrap();
                // SAFETY: no preconditions.
                sender.send(unsafe { libc::pthread_self() }).unwrap();
                while !is_over.load(Ordering::Relaxed) {
                    let drawn = draw(&mut bytes);
                    if IS_CHILD.load(Ordering::Relaxed) {
                        // SAFETY: no preconditions.
                        unsafe { libc::_exit(i32::from(drawn.is_err())) }
                    }
                    drawn.unwrap();
                }
            });
            let thread = receiver.recv().unwrap();
            for _ in 0..100 {
                // SAFETY: the thread lives until `is_over` is set.
                unsafe { libc::pthread_kill(thread, libc::SIGUSR1) };
                let child = loop {
                    match LAST.load(Ordering::Relaxed) {
                        0 => thread::sleep(Duration::from_micros(100)),
                        child => break child,
                    }
                };
                match status_of(child) {
                    0 => ended += 1,
                    libc::SIGABRT => aborted += 1,
                    status => other.push(status),
                }
                LAST.store(0, Ordering::Relaxed);
            }
            is_over.store(true, Ordering::Relaxed);
            drawer.join().unwrap();
        });
        assert_eq!(other, [], "how else children ended");
        assert!(!ends_at_once || aborted == 0);
        println!(
            "ends at once: {ends_at_once}; {ended} children ended well, {aborted} were ended by the engine"
        );
    }
    let slowest = Duration::from_micros(SLOWEST_MICROSECONDS.load(Ordering::Relaxed));
    println!("{} forks, the slowest took {slowest:?}", FORKS.load(Ordering::Relaxed));
    assert!(slowest < LONGEST, "{slowest:?}");
}

//! The widget's own memory: blocks of a hundred sizes, and of each those that are free.
//!
//! It stands for the standard library's allocator, which weighs 3 KB more and is made for programs
//! that live for weeks. A block that is given back waits for the next of its size, so that to take
//! and to give back need the same few steps however long the conversation is; blocks are never put
//! together again.

#![expect(unsafe_code, reason = "an allocator hands out bare memory")]
#![expect(clippy::cast_ptr_alignment, reason = "every block begins at a multiple of `ALIGN`")]

use core::{
    alloc::{GlobalAlloc, Layout},
    arch::wasm32::memory_grow,
    cell::UnsafeCell,
    ptr::null_mut,
};

/// Bytes by which WebAssembly's memory grows.
const PAGE: usize = 65_536;
/// Nothing here has to stand at a larger multiple of bytes than this.
const ALIGN: usize = 8;
/// The smallest block holds this much.
const LEAST: usize = 16;
/// Sizes between one power of two and the next, so that at most a fifth of a block is wasted.
const STEPS: usize = 4;

struct Memory(UnsafeCell<State>);

struct State {
    /// By size, the first free block, in which the address of the next stands.
    free: [*mut u8; 32 * STEPS],
    /// The first address from which nothing was taken yet.
    rest: usize,
    /// Where the memory ends that the browser has given.
    end: usize,
}

#[global_allocator]
static MEMORY: Memory =
    Memory(UnsafeCell::new(State { free: [null_mut(); 32 * STEPS], rest: 0, end: 0 }));

// SAFETY: a page's WebAssembly has one thread.
unsafe impl Sync for Memory {}

/// The number of the size that is taken for so many bytes, and that size.
fn class(bytes: usize) -> (usize, usize) {
    let bytes = bytes.max(LEAST + 1) - 1;
    let power = bytes.ilog2() as usize;
    // Every size is a multiple of `ALIGN`, so that every block begins at one.
    let step = (power - STEPS.ilog2() as usize).max(ALIGN.ilog2() as usize);
    let size = ((bytes >> step) + 1) << step;
    ((power * STEPS) + ((bytes >> step) % STEPS), size)
}

impl State {
    fn take_new(&mut self, size: usize) -> *mut u8 {
        if self.end - self.rest < size {
            let n_pages = size.div_ceil(PAGE);
            let begin = memory_grow(0, n_pages);
            if begin == usize::MAX {
                return null_mut();
            }
            // Mostly the new pages follow the last, and nothing is lost between.
            if begin * PAGE != self.end {
                self.rest = begin * PAGE;
            }
            self.end = (begin + n_pages) * PAGE;
        }
        let block = self.rest;
        self.rest += size;
        block as *mut u8
    }
}

// SAFETY: a block is as large as its class says, which is at least what was asked for; it begins at
// a multiple of `ALIGN`, since pages do and every size is one; and it is in the list of free blocks
// or with whoever took it, never both.
unsafe impl GlobalAlloc for Memory {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        if ALIGN < layout.align() {
            return null_mut();
        }
        let (class, size) = class(layout.size());
        // SAFETY: there is one thread, and nothing of it runs within this.
        let state = unsafe { &mut *self.0.get() };
        let block = state.free[class];
        if block.is_null() {
            return state.take_new(size);
        }
        // SAFETY: a free block holds the address of the next.
        state.free[class] = unsafe { block.cast::<*mut u8>().read() };
        block
    }

    unsafe fn dealloc(&self, block: *mut u8, layout: Layout) {
        let (class, _) = class(layout.size());
        // SAFETY: as above; the block is as large as an address, and nobody's any more.
        unsafe {
            let state = &mut *self.0.get();
            block.cast::<*mut u8>().write(state.free[class]);
            state.free[class] = block;
        }
    }

    unsafe fn realloc(&self, block: *mut u8, layout: Layout, bytes: usize) -> *mut u8 {
        if class(layout.size()).0 == class(bytes).0 {
            return block;
        }
        // SAFETY: the alignment was taken before; both blocks are at least as large as what is copied.
        unsafe {
            let new = self.alloc(Layout::from_size_align_unchecked(bytes, layout.align()));
            if !new.is_null() {
                block.copy_to_nonoverlapping(new, bytes.min(layout.size()));
                self.dealloc(block, layout);
            }
            new
        }
    }
}

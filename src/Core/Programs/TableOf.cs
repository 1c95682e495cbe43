using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace AsyncOpt.Core.Programs;

/// <summary>
/// A value of plain memory that an agent keeps in a table: state that only some options need, so that agents have no
/// memory for it without them.
/// </summary>
/// <typeparam name="T">Numbers only; all zero at the start.</typeparam>
readonly struct TableOf<T>
    where T : unmanaged
{
    readonly Table _table;

    public TableOf(RoleLayout role) =>
        _table = role.Table(Dim.Of((Unsafe.SizeOf<T>() + sizeof(double) - 1) / sizeof(double)));

    /// <summary>The value of the agent whose event is being handled.</summary>
    public ref T Of(Effects e) => ref MemoryMarshal.AsRef<T>(MemoryMarshal.AsBytes(e.Numbers(_table)));
}

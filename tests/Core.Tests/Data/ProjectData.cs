namespace AsyncOpt.Core.Tests.Data;

/// <summary>The project's own data folder, found by walking up from where the tests run.</summary>
public static class ProjectData
{
    public static string Path(string file)
    {
        for (DirectoryInfo? folder = new(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            string data = System.IO.Path.Combine(folder.FullName, "data");
            if (File.Exists(System.IO.Path.Combine(data, "README.md")))
                return System.IO.Path.Combine(data, file.Replace('/', System.IO.Path.DirectorySeparatorChar));
        }
        throw new DirectoryNotFoundException("the project's data folder is not above " + AppContext.BaseDirectory);
    }
}
